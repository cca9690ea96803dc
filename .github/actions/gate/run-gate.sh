#!/usr/bin/env bash
# Runs the gate and hands its reports to GitHub; ends with the gate's own exit code.
# GATE_BASE: commit to compare with, empty for a baseline. GATE_BASELINE: its file, empty for the committed one.
# GATE_SCENARIO: empty for all.
# GATE_STATISTICAL: true measures CPU time and memory, too, where there is a commit to compare with.
# GATE_OUT: folder for the reports.
set -uo pipefail
arguments=(--out "${GATE_OUT:?expected GATE_OUT to name a folder}")
if [ -n "${GATE_BASE:-}" ]; then
  arguments+=(--base "$GATE_BASE" --or-baseline)
  if [ "${GATE_STATISTICAL:-}" = true ]; then
    arguments+=(--statistical)
  fi
fi
if [ -z "${GATE_BASE:-}" ] && [ -n "${GATE_BASELINE:-}" ]; then
  arguments+=(--baseline "$GATE_BASELINE")
fi
if [ -n "${GATE_SCENARIO:-}" ]; then
  arguments+=(--scenario "$GATE_SCENARIO")
fi
# The gate removes them, too, but not where it ends before it knows its folder: those of an earlier gate say nothing of this one.
rm -f "$GATE_OUT"/gate.{json,md,junit.xml,html,txt}
# What it says is kept: where nothing could be compared, there is no report that says why.
said="$(mktemp)"
node --import tsx bench/cli/gate.ts "${arguments[@]}" 2> >(tee "$said" >&2)
code=$?
summary="$GATE_OUT/gate.md"
if [ ! -f "$summary" ]; then
  mkdir -p "$GATE_OUT"
  {
    echo '<!-- tierbench-gate -->'
    echo '### ❌ Performance gate: nothing could be compared'
    echo
    echo '```'
    grep '^tierbench: ' "$said" || tail -n 5 "$said"
    echo '```'
  } > "$summary"
  # A gate that says 0 and leaves no report is no pass.
  if [ "$code" -eq 0 ]; then code=1; fi
fi
rm -f "$said"
if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
  cat "$summary" >> "$GITHUB_STEP_SUMMARY"
fi
if [ -n "${GITHUB_OUTPUT:-}" ]; then
  {
    if [ "$code" -eq 0 ]; then echo 'passed=true'; else echo 'passed=false'; fi
    if [ -f "$GATE_OUT/gate.html" ]; then echo "report=$GATE_OUT/gate.html"; else echo 'report='; fi
  } >> "$GITHUB_OUTPUT"
fi
exit "$code"
