//go:build !race

package parse_test

// raced tells that the race detector slows everything down.
const raced = false
