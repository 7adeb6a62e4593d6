//go:build race

package publish

// raced tells whether the race detector is at work.
const raced = true
