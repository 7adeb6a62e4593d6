package publish

import (
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

// best is what a client is sent: of what it wants most, the smallest. Where it rules out everything that there is, it gets the plain body all the
// same: a reader that asks for too much still wants to read.
func (rep *representation) best(w *wants) *encoded {
	best := &rep.plain
	if w[identity] == 0 {
		best = nil
	}
	for i := range rep.codings {
		c := &rep.codings[i]
		q := w[c.coding]
		if q > 0 && (best == nil || q > w[best.coding] || q == w[best.coding] && len(c.body) < len(best.body)) {
			best = c
		}
	}
	if best == nil {
		return &rep.plain
	}
	return best
}
