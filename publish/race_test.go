//go:build race

package publish

// streamed is fewer entries where the race detector makes each of them ten times as dear.
const streamed = 10_000
