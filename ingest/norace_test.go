//go:build !race

package ingest_test

// raced tells that the race detector slows everything down.
const raced = false
