package publish

import (
	"slices"
	"strconv"
	"strings"
)

// coding is a content coding (RFC 9110 §8.4.1).
type coding uint8

const (
	identity coding = iota
	gzipCoding
	brotliCoding
	zstdCoding
	codings // how many there are
)

func (c coding) String() string {
	return [codings]string{"identity", "gzip", "br", "zstd"}[c]
}

// mark is what a coding adds to the entity tag of a document.
func (c coding) mark() string { return [codings]string{"", "-gz", "-br", "-zs"}[c] }

// sidecar is the end of the name under which a file in a coding is beside the plain one, where web servers look for it.
func (c coding) sidecar() string { return [codings]string{"", ".gz", ".br", ".zst"}[c] }

// compressing are the codings that make a document smaller, the one that does most first.
func compressing() []coding { return []coding{brotliCoding, zstdCoding, gzipCoding} }

// wants is how much a client wants each coding, in thousandths; 0: not at all.
type wants [codings]int

// wantsOf reads the Accept-Encoding fields of a request (RFC 9110 §12.5.3). A coding that they do not name is not wanted, but by a *. No coding at all can
// always be borne unless it is ruled out, and comes behind all that are named. Without any field the client takes everything, says the
// standard; clients that say nothing know nothing of codings, so that they are sent none.
func wantsOf(accept []string) wants {
	const unsaid = -1
	if len(accept) == 0 {
		return wants{identity: 1000, gzipCoding: 1, brotliCoding: 1, zstdCoding: 1}
	}
	w, any := wants{unsaid, unsaid, unsaid, unsaid}, unsaid
	for _, line := range accept {
		for line != "" {
			var part string
			part, line, _ = strings.Cut(line, ",")
			name, parameters, _ := strings.Cut(part, ";")
			name, q := strings.Trim(name, " \t"), weight(parameters)
			if name == "*" {
				any = q
			} else if c, known := codingOf(name); known {
				w[c] = q
			}
		}
	}
	for c := range w {
		switch {
		case w[c] != unsaid:
		case any != unsaid:
			w[c] = any
		case coding(c) == identity:
			w[c] = 1
		default:
			w[c] = 0
		}
	}
	return w
}

func codingOf(name string) (coding, bool) {
	switch {
	case strings.EqualFold(name, "gzip"), strings.EqualFold(name, "x-gzip"):
		return gzipCoding, true
	case strings.EqualFold(name, "br"):
		return brotliCoding, true
	case strings.EqualFold(name, "zstd"):
		return zstdCoding, true
	case strings.EqualFold(name, "identity"):
		return identity, true
	}
	return 0, false
}

// weight is the q of a part of an Accept-Encoding in thousandths: 1000 if it has none, 0 if it makes no sense.
func weight(parameters string) int {
	parameters = strings.Trim(parameters, " \t")
	if parameters == "" {
		return 1000
	}
	name, value, _ := strings.Cut(parameters, "=")
	q, err := strconv.ParseFloat(strings.Trim(value, " \t"), 64)
	if !strings.EqualFold(strings.Trim(name, " \t"), "q") || err != nil || !(q >= 0 && q <= 1) {
		return 0
	}
	return int(q*1000 + 0.5)
}

// best is what a client is sent: of what it wants most, the smallest. A client that rules out everything gets the plain body all the same: a reader
// that asks for too much still wants to read.
func (w *wants) best() coding {
	best := identity
	for _, c := range slices.Backward(compressing()) {
		if w[c] > 0 && w[c] >= w[best] {
			best = c
		}
	}
	return best
}
