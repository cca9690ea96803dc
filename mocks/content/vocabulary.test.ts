import { expect, test } from 'vitest'
import { DOCUMENT } from '../test-support.ts'
import { vocabularyOf } from './vocabulary.ts'

test('the noun phrases of a document are found', () => {
  const { phrases, actors } = vocabularyOf(DOCUMENT)
  expect(phrases).toEqual(expect.arrayContaining(['wrong stock levels', 'audit trail', 'mobile scanner']))
  expect(actors).toEqual(expect.arrayContaining(['customer', 'manager']))
})

test('a tagged document counts, the instructions around it do not', () => {
  const prompt = `Write six cards about enterprise architecture.\n<document>${DOCUMENT}</document>`
  expect(vocabularyOf(prompt)).toEqual(vocabularyOf(`<document>${DOCUMENT}</document>`))
})

test('a text that says nothing still gives phrases', () => {
  expect(vocabularyOf('').phrases.length).toBeGreaterThan(3)
})
