#!/usr/bin/env bash
# Runs the gate and hands its reports to GitHub; ends with the gate's own exit code.
# GATE_BASE: commit to compare with. Where it is empty, and GATE_BASELINE is, too: the base of the pull request.
# GATE_PR_BASE, GATE_PR_HEAD: base and head of the pull request, empty where there is none.
# GATE_BASELINE: file to compare with where there is no commit, empty for the committed one.
# GATE_SCENARIO: empty for all.
# GATE_STATISTICAL: true measures CPU time and memory, too, where there is a commit to compare with.
# GATE_OUT: folder for the reports.
set -uo pipefail
if [ -z "${GATE_BASE:-}" ] && [ -z "${GATE_BASELINE:-}" ] && [ -n "${GATE_PR_BASE:-}" ]; then
  # GitHub checks out the merge of both, whose first parent is the base as it is now; the event may tell an older one.
  if [ "$(git rev-parse --verify --quiet 'HEAD^2')" = "${GATE_PR_HEAD:-}" ]; then
    GATE_BASE="$(git rev-parse 'HEAD^1')"
  else
    GATE_BASE="$GATE_PR_BASE"
  fi
fi
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
exec 3> >(tee "$said" >&2)
tee=$!
node --import tsx bench/cli/gate.ts "${arguments[@]}" 2>&3
code=$?
# Until all that it said is in the file.
exec 3>&-
wait "$tee"
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
