package store

import (
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"time"

	"oped"
)

// toMillis converts a time to its column: milliseconds since 1970 in UTC, NULL for the zero time.
func toMillis(t time.Time) sql.NullInt64 {
	return sql.NullInt64{Int64: t.UnixMilli(), Valid: !t.IsZero()}
}

// fromMillis is the inverse of toMillis for a known time.
func fromMillis(ms int64) time.Time { return time.UnixMilli(ms).UTC() }

// instant scans the column of a time; NULL is the zero time.
type instant time.Time

func (t *instant) Scan(v any) error {
	*t = instant{}
	if ms, ok := v.(int64); ok {
		*t = instant(fromMillis(ms))
	}
	return nil
}

// date scans the column of a day; the zero time unless it is one.
type date time.Time

func (d *date) Scan(v any) error {
	s, _ := v.(string)
	day, _ := time.Parse(time.DateOnly, s) // the zero time on an error
	*d = date(day)
	return nil
}

func millis(d time.Duration) int64 { return d.Milliseconds() }

// span scans the column of a duration in milliseconds.
type span time.Duration

func (d *span) Scan(v any) error {
	ms, _ := v.(int64)
	*d = span(time.Duration(ms) * time.Millisecond)
	return nil
}

// jsonColumn is the column of a slice; an empty one is "[]" and is read as nil.
type jsonColumn[T any] struct{ values *[]T }

func asJSON[T any](values *[]T) jsonColumn[T] { return jsonColumn[T]{values} }

func (c jsonColumn[T]) Value() (driver.Value, error) {
	if len(*c.values) == 0 {
		return "[]", nil
	}
	raw, err := json.Marshal(*c.values)
	if err != nil {
		return nil, fmt.Errorf("write a list: %w", err)
	}
	return string(raw), nil
}

func (c jsonColumn[T]) Scan(v any) error {
	*c.values = nil
	if v == "[]" {
		return nil
	}
	raw, _ := v.(string)
	if err := json.Unmarshal([]byte(raw), c.values); err != nil {
		return fmt.Errorf("read a list: %w", err)
	}
	return nil
}

// signalColumn is the column of the wishes of a publisher: JSON, "" for none.
type signalColumn oped.Signals

func (c signalColumn) Value() (driver.Value, error) {
	if c == (signalColumn{}) {
		return "", nil
	}
	raw, err := json.Marshal(c)
	return string(raw), err
}

func (c *signalColumn) Scan(v any) error {
	*c = signalColumn{}
	if raw, _ := v.(string); raw != "" {
		return json.Unmarshal([]byte(raw), c)
	}
	return nil
}

// limitColumn is the column of limits, separated by commas.
type limitColumn oped.Limits

func (c limitColumn) Value() (driver.Value, error) {
	var b strings.Builder
	for i, l := range c {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(string(l))
	}
	return b.String(), nil
}

func (c *limitColumn) Scan(v any) error {
	*c = nil
	all, _ := v.(string)
	for name := range strings.SplitSeq(all, ",") {
		if name != "" {
			*c = append(*c, oped.Limit(name))
		}
	}
	return nil
}

// digest is the column of a hash: NULL for the zero hash.
type digest [32]byte

func (d digest) Value() (driver.Value, error) {
	if d == (digest{}) {
		return nil, nil
	}
	return d[:], nil
}

func (d *digest) Scan(v any) error {
	*d = digest{}
	raw, _ := v.([]byte)
	copy(d[:], raw)
	return nil
}

// orAll is a LIMIT of n rows; n ≤ 0 means all of them.
func orAll(n int) int {
	if n <= 0 {
		return math.MaxInt
	}
	return n
}
