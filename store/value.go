package store

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"oped"
)

// toMillis converts a time to its column: milliseconds since 1970 in UTC, NULL for the zero time.
func toMillis(t time.Time) sql.NullInt64 {
	if t.IsZero() {
		return sql.NullInt64{}
	}
	return sql.NullInt64{Int64: t.UnixMilli(), Valid: true}
}

// fromMillis is the inverse of toMillis.
func fromMillis(n sql.NullInt64) time.Time {
	if !n.Valid {
		return time.Time{}
	}
	return time.UnixMilli(n.Int64).UTC()
}

// encodeJSON converts a slice to its column; an empty one is "[]" and is read as nil.
func encodeJSON[T any](values []T) (string, error) {
	if len(values) == 0 {
		return "[]", nil
	}
	raw, err := json.Marshal(values)
	if err != nil {
		return "", fmt.Errorf("write a list: %w", err)
	}
	return string(raw), nil
}

// decodeJSON is the inverse of encodeJSON.
func decodeJSON[T any](raw string) ([]T, error) {
	if raw == "[]" {
		return nil, nil
	}
	var values []T
	if err := json.Unmarshal([]byte(raw), &values); err != nil {
		return nil, fmt.Errorf("read a list: %w", err)
	}
	return values, nil
}

// joinLimits converts limits to their column.
func joinLimits(limits oped.Limits) string {
	var b strings.Builder
	for i, l := range limits {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(string(l))
	}
	return b.String()
}

// splitLimits is the inverse of joinLimits.
func splitLimits(s string) (limits oped.Limits) {
	for name := range strings.SplitSeq(s, ",") {
		if name != "" {
			limits = append(limits, oped.Limit(name))
		}
	}
	return limits
}

// hash reads a hash; NULL is the zero hash.
func hash(raw []byte) (h [32]byte) {
	copy(h[:], raw)
	return h
}

// blob converts a hash to its column: NULL for the zero hash.
func blob(h [32]byte) []byte {
	if h == [32]byte{} {
		return nil
	}
	return h[:]
}

func millis(d time.Duration) int64    { return d.Milliseconds() }
func duration(ms int64) time.Duration { return time.Duration(ms) * time.Millisecond }
