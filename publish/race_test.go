//go:build race

package publish

// raced reports whether the race detector is on.
const raced = true
