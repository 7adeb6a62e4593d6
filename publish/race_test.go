//go:build race

package publish

// streamed is fewer entries where the race detector makes each of them ten times as dear.
const streamed = 4_000

// raced tells whether the race detector is at work.
const raced = true
