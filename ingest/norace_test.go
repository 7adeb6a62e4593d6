//go:build !race

package ingest_test

// raced reports whether the race detector slows everything down.
const raced = false
