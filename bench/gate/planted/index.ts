export { type PlantedRegression, readPlanted } from './planted-regression.ts'
export { type PlantedResult, type PlantedVerdict, runPlanted } from './run-planted.ts'
export { runPlantedCosts } from './run-planted-costs.ts'
