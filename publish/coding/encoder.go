package coding

import (
	"bytes"
	"fmt"
	"io"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

const (
	// brotliLevel is the first level that looks for matches in more than one place: a fifth smaller than the level
	// below, a third slower.
	brotliLevel = 5
	// gzipLevel compresses three per cent better than the standard library, in less than half of the time.
	gzipLevel = 6
	// zstdWindow is the size of our largest feeds: a larger window would find no more matches.
	zstdWindow = 512 << 10
	// brotliWindow is the same as a power of two. Brotli's default is 4 MiB, which takes twice that in memory.
	brotliWindow = 19
)

// Encoder encodes documents. The same document yields the same bytes. Compressors need much memory, so an Encoder
// reuses them, and frees unused ones. It is safe for concurrent use.
type Encoder struct {
	gzip, brotli, zstd sync.Pool
}

// NewEncoder returns an Encoder.
func NewEncoder() *Encoder {
	return &Encoder{
		gzip: sync.Pool{New: func() any {
			w, err := gzip.NewWriterLevel(nil, gzipLevel)
			if err != nil {
				panic(err) // no such level
			}
			return w
		}},
		brotli: sync.Pool{New: func() any {
			return brotli.NewWriterOptions(nil, brotli.WriterOptions{Quality: brotliLevel, LGWin: brotliWindow})
		}},
		zstd: sync.Pool{New: func() any {
			w, err := zstd.NewWriter(nil,
				zstd.WithEncoderConcurrency(1),
				zstd.WithWindowSize(zstdWindow),
				zstd.WithLowerEncoderMem(true),
			)
			if err != nil {
				panic(err) // conflicting options
			}
			return w
		}},
	}
}

// Encode returns a document in a coding. For Identity it returns body itself. It fails only if a compressor does.
func (e *Encoder) Encode(c Coding, body []byte) ([]byte, error) {
	switch c {
	case Zstd:
		w := e.zstd.Get().(*zstd.Encoder)
		defer e.zstd.Put(w)
		return w.EncodeAll(body, nil), nil
	case Brotli:
		w := e.brotli.Get().(*brotli.Writer)
		defer e.brotli.Put(w)
		return compress(w, body)
	case Gzip:
		w := e.gzip.Get().(*gzip.Writer)
		defer e.gzip.Put(w)
		return compress(w, body)
	}
	return body, nil
}

func compress(w interface {
	io.WriteCloser
	Reset(io.Writer)
}, body []byte) ([]byte, error) {
	var small bytes.Buffer
	w.Reset(&small)
	_, err := w.Write(body)
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("compress: %w", err)
	}
	return small.Bytes(), nil
}
