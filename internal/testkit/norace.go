//go:build !race

package testkit

// Raced reports whether the race detector slows everything down.
const Raced = false
