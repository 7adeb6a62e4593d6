//go:build !race

package dedup

// raced reports whether the race detector slows everything down.
const raced = false
