// Package coding applies content codings to documents (RFC 9110 §8.4) and selects a coding for a client.
//
// To select one, call [ParseAccept] and [Weights.Best]. To apply it, use an [Encoder].
package coding

// Coding is a content coding (RFC 9110 §8.4.1).
type Coding uint8

// The codings.
const (
	Identity Coding = iota // no coding
	Gzip                   // RFC 1952
	Brotli                 // RFC 7932
	Zstd                   // RFC 8878
	Codings                // the number of codings
)

// String returns the name of the coding in header fields.
func (c Coding) String() string {
	return [Codings]string{"identity", "gzip", "br", "zstd"}[c]
}

// Mark returns the suffix of the coding for a document's entity tag.
func (c Coding) Mark() string { return [Codings]string{"", "-gz", "-br", "-zs"}[c] }

// Sidecar returns the suffix of an encoded file. Web servers look for such a file beside the plain one.
func (c Coding) Sidecar() string { return [Codings]string{"", ".gz", ".br", ".zst"}[c] }

// Compressing returns the compressing codings, the most effective first.
func Compressing() []Coding { return []Coding{Brotli, Zstd, Gzip} }
