// Package coding makes the content codings of documents (RFC 9110 §8.4), and finds out which of them a client wants.
package coding

// Coding is a content coding (RFC 9110 §8.4.1).
type Coding uint8

// The codings.
const (
	Identity Coding = iota
	Gzip
	Brotli
	Zstd
	Codings // how many there are
)

// String is what header fields call it.
func (c Coding) String() string {
	return [Codings]string{"identity", "gzip", "br", "zstd"}[c]
}

// Mark is what a coding adds to the entity tag of a document.
func (c Coding) Mark() string { return [Codings]string{"", "-gz", "-br", "-zs"}[c] }

// Sidecar is the end of the name under which a file in a coding is beside the plain one, where web servers look for it.
func (c Coding) Sidecar() string { return [Codings]string{"", ".gz", ".br", ".zst"}[c] }

// Compressing are the codings that make a document smaller, the one that does most first.
func Compressing() []Coding { return []Coding{Brotli, Zstd, Gzip} }
