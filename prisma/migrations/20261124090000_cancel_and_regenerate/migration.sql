-- CreateEnum
CREATE TYPE "Existing" AS ENUM ('SKIP', 'REPLACE', 'APPEND');

-- AlterEnum
ALTER TYPE "ItemStatus" ADD VALUE 'CANCELLED';

-- AlterTable
ALTER TABLE "Run" ADD COLUMN     "existing" "Existing";
