// Package desk serves the pages of the curators: their queues, the feeds, and the log of decisions.
//
// To serve the desk of a daemon, create a [Handler] with [New].
//
// Nothing but the sign-in is served without a session. Every act is a method of package app, and one line in the log.
// Pages work without script; with it, keys decide and other curators' decisions appear at once.
package desk
