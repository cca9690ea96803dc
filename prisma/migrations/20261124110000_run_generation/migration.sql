-- AlterTable
ALTER TABLE "Run" ADD COLUMN     "generation" INTEGER NOT NULL DEFAULT 1;
