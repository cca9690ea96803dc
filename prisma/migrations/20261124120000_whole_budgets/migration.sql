-- AlterTable
ALTER TABLE "Upload" ADD COLUMN     "wholeBudgets" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "RunEpic" ADD COLUMN     "wholeBudgets" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "RunStory" ADD COLUMN     "wholeBudgets" INTEGER NOT NULL DEFAULT 0;
