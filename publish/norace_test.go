//go:build !race

package publish

// streamed is how many entries the longest document of the tests has.
const streamed = 100_000

// raced tells whether the race detector is at work.
const raced = false
