//go:build race

package dedup

// raced tells that the race detector slows everything down.
const raced = true
