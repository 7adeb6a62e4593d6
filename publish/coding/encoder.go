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
	// brotliLevel is the first one that looks for matches in more than one place: a fifth smaller than the level
	// before, a third slower.
	brotliLevel = 5
	// gzipLevel gives three per cent more than the standard library does, in less than half of the time.
	gzipLevel = 6
	// zstdWindow is as large as our largest feeds: a larger one would be memory that no match is found in.
	zstdWindow = 512 << 10
	// brotliWindow is the same, as a power of two: by itself brotli takes 4 MiB, and twice that in memory.
	brotliWindow = 19
)

// Encoder makes the codings of documents. The same document gives the same bytes. What compresses needs much memory:
// it is used again, and given up when nobody needs it. Several goroutines may use an Encoder.
type Encoder struct {
	gzip, brotli, zstd sync.Pool
}

// NewEncoder makes an Encoder.
func NewEncoder() *Encoder {
	return &Encoder{
		gzip: sync.Pool{New: func() any {
			w, err := gzip.NewWriterLevel(nil, gzipLevel)
			if err != nil {
				panic(err) // there is no such level
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
				panic(err) // options that do not fit together
			}
			return w
		}},
	}
}

// Encode gives a document in a coding.
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
