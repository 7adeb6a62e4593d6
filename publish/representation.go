package publish

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"time"
)

// representation is one document as it is served: ready, so that serving it costs nothing and readers never see half of it.
type representation struct {
	mediaType string
	policy    string    // content security policy
	modified  time.Time // zero: unknown
	gone      bool      // it tells that what stood here is gone
	cache     string    // Cache-Control; "": as the schedule has it
	plain     encoded
	gzip      encoded // body nil: not worth it
}

// encoded is a body and its entity tag (RFC 9110 §8.8.3). The tag is made of the bytes alone: it is strong, it differs between
// encodings, and it is the same after a restart and on another machine.
type encoded struct {
	body []byte
	etag string
}

func newEncoded(body []byte) encoded {
	sum := sha256.Sum256(body)
	return encoded{body, `"` + base64.RawURLEncoding.EncodeToString(sum[:18]) + `"`}
}

// zipper makes representations. It keeps its gzip writer, which needs much memory; one goroutine at a time may use it.
type zipper struct{ gzip *gzip.Writer }

func newZipper() *zipper { return &zipper{gzip.NewWriter(nil)} }

func (z *zipper) representation(mediaType, policy string, modified time.Time, body []byte) (*representation, error) {
	rep := &representation{mediaType: mediaType, policy: policy, modified: modified.UTC().Truncate(time.Second), plain: newEncoded(body)}
	var small bytes.Buffer
	z.gzip.Reset(&small)
	if _, err := z.gzip.Write(body); err != nil {
		return nil, fmt.Errorf("compress: %w", err)
	}
	if err := z.gzip.Close(); err != nil {
		return nil, fmt.Errorf("compress: %w", err)
	}
	if small.Len() < len(body) {
		rep.gzip = newEncoded(small.Bytes())
	}
	return rep, nil
}
