//go:build !race

package publish

// streamed is how many entries the longest document of the tests has.
const streamed = 100_000
