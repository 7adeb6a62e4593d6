//go:build race

package parse_test

// raced reports whether the race detector slows everything down.
const raced = true
