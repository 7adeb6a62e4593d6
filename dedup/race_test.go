//go:build race

package dedup_test

// raced tells that the race detector slows everything down.
const raced = true
