/**
 * Loaded before what a child process is to do (`--import`): it ends when its parent does, also where that was
 * killed and could tell nobody. The channel to the parent breaks then.
 */
process.on('disconnect', () => process.exit(1))
// Alone, it is no reason to stay.
process.channel?.unref()
