import { adviceSentences } from './advice-sentences.ts'
import { CONFIDENCE_NOTE, sideText, verdictText } from './hazard-sentences.ts'
import type { VerifyResult, VerifySide } from './verify-schema.ts'

/** The whole result as Markdown, with the explained histories. */
export function renderVerifyMarkdown(result: VerifyResult): string {
  const { tier, hazards, verdict, real, environment } = result
  const commit = environment.git ? `, commit ${environment.git.commit.slice(0, 8)}` : ''
  return [
    `# Tier ${tier}: ${verdict.rollOut ? 'ROLL OUT' : 'DO NOT ROLL OUT'}`,
    ...verdict.reasons.map((reason) => `- ${reason}`),
    '',
    '| | hazard | flags off | flags on | |',
    '|---|---|---|---|---|',
    ...hazards.map(
      (hazard) =>
        `| ${hazard.id} | ${hazard.title} (${hazard.removedBy.map((flag) => `\`${flag}\``).join(', ')}) | ${sideText(hazard.off)} | ${sideText(hazard.on)} | ${verdictText(hazard)} |`,
    ),
    '',
    CONFIDENCE_NOTE,
    ...(real
      ? ['', '## Real processes', '', ...real.map((one) => `- ${one.state}: ${one.name}: ${one.detail}`)]
      : []),
    '',
    '## Rollout',
    '',
    ...adviceSentences(result).map((line) => `- ${line}`),
    ...hazards.flatMap((hazard) => [
      ...failures(`${hazard.id} with the flags on`, hazard.on),
      ...failures(`${hazard.id} with the flags off`, hazard.off),
    ]),
    '',
    `\`${result.command}\`, ${result.startedAt}, ${(result.wallMs / 1_000).toFixed(1)} s, tierbench ${result.tierbench}${commit}, Node ${environment.node}, PostgreSQL ${environment.database.version}.`,
    '',
  ].join('\n')
}

function failures(title: string, side: VerifySide): string[] {
  return side.failures.flatMap((failure) => [
    '',
    `## ${title}: ${failure.invariant}`,
    '',
    `${failure.detail}. Schedule \`${failure.name}\`, shrunk from ${failure.steps} to ${failure.stepsShrunk} steps: \`${failure.file}\`.`,
    '',
    '```',
    ...failure.explanation,
    '```',
  ])
}
