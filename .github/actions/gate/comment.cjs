// Writes the gate's Markdown as a comment on the pull request: the comment that is there is updated in place.
const { readFileSync } = require('node:fs')

/** Stands at the head of the Markdown, unseen. */
const MARKER = '<!-- tierbench-gate -->'
/** GitHub takes so many characters. */
const MOST = 65_536

/** The marker of the gate of that name: each has a comment of its own. */
function markerOf(name = '') {
  const own = name.replace(/[^\w.-]/g, '-')
  return own === '' ? MARKER : MARKER.replace(' -->', ` ${own} -->`)
}

/** @returns {string} the text for the comment, cut where it is too long */
function commentBody(report, name) {
  if (!report.startsWith(MARKER)) throw new Error(`expected the report to begin with ${MARKER}`)
  const markdown = markerOf(name) + report.slice(MARKER.length)
  const end = '\n\nThe rest is in the artifact of this job.'
  if (markdown.length <= MOST) return markdown
  const cut = markdown.slice(0, MOST - end.length)
  return cut.slice(0, cut.lastIndexOf('\n')) + end
}

/** Where the token may not write, that is a warning and no failure: the job summary says the same. */
async function comment({ github, context, core, file, name }) {
  const body = commentBody(readFileSync(file, 'utf8'), name)
  const { owner, repo } = context.repo
  const issue_number = context.payload.pull_request.number
  try {
    const comments = await github.paginate(github.rest.issues.listComments, {
      owner,
      repo,
      issue_number,
      per_page: 100,
    })
    // Whose token it is: that of a workflow may not ask, and is a bot's. Another may have quoted the marker.
    const login = await github.rest.users.getAuthenticated().then(
      ({ data }) => data.login,
      () => undefined,
    )
    const isOwn = (user) => (login === undefined ? user?.type === 'Bot' : user?.login === login)
    const own = comments.find((one) => isOwn(one.user) && one.body?.startsWith(markerOf(name)))
    if (own) await github.rest.issues.updateComment({ owner, repo, comment_id: own.id, body })
    else await github.rest.issues.createComment({ owner, repo, issue_number, body })
  } catch (error) {
    if (error.status !== 403 && error.status !== 404) throw error
    core.warning(`The gate's comment was not written (${error.status}): give the job pull-requests: write.`)
  }
}

module.exports = { comment, commentBody, MARKER }
