package publish

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"time"

	"oped/publish/page"
)

// fingerprint returns a digest of the options and templates that pages of pieces depend on.
func fingerprint(o *Options) string {
	var d digest
	d.strings(newAddresses(o.BaseURL).base, o.Version)
	d.strings(page.Sources()...)
	d.numbers(int64(o.Excerpt), boolToInt(o.Explain != nil), boolToInt(o.Catalog != nil))
	for _, t := range o.Topics {
		d.strings(t.Name, t.Title)
	}
	return string(d.version())
}

// version returns a hash of the values.
func (d digest) version() Version {
	sum := sha256.Sum256(d)
	return Version(base64.RawURLEncoding.EncodeToString(sum[:18]))
}

// digest gathers values so that no two sequences of them look the same.
type digest []byte

func (d *digest) strings(all ...string) {
	for _, s := range all {
		*d = append(binary.AppendUvarint(*d, uint64(len(s))), s...)
	}
}

func (d *digest) numbers(all ...int64) {
	for _, n := range all {
		*d = binary.AppendVarint(*d, n)
	}
}

func (d *digest) times(all ...time.Time) {
	for _, t := range all {
		d.numbers(t.Unix(), int64(t.Nanosecond()))
	}
}

func boolToInt(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
