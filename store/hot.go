package store

import (
	"context"
	"encoding/binary"
	"fmt"
	"time"

	"oped"
	"oped/dedup"
)

// The fingerprints of hot pieces are in table print, and in an index in memory built from it at the first
// use. Only the holder of the writer's lock may use the index. It follows the writes of the transaction, and
// is rebuilt after a rollback.

const (
	hotQuery = `
		SELECT piece, date, hot, publisher, prints
		FROM print
		WHERE hot >= $1
		ORDER BY hot, piece`
	hotBytesQuery     = `SELECT coalesce(sum(length(prints)), 0) FROM print WHERE hot >= $1`
	putFingerprintsOf = `
		INSERT INTO print (piece, date, hot, publisher, prints)
		VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (piece) DO UPDATE
		SET date = excluded.date, hot = excluded.hot, publisher = excluded.publisher, prints = excluded.prints`
	dropFingerprintsOf = `DELETE FROM print WHERE piece = $1`
	dropCold           = `
		DELETE FROM print
		WHERE piece IN (
			SELECT piece
			FROM print
			WHERE hot < $1
			ORDER BY hot, piece
			LIMIT $2)`
)

const (
	coldest = 24 * time.Hour // time a piece has been cold before its fingerprints are deleted
	forget  = 8              // cold pieces, with each stored one
)

// hot returns the index of fingerprints at a time.
func (t *tx) hot(ctx context.Context, at time.Time) (*dedup.Index, error) {
	if t.writer.fingerprints == nil {
		x, err := t.loadHot(ctx, at)
		if err != nil {
			return nil, fmt.Errorf("load the fingerprints: %w", err)
		}
		t.writer.fingerprints = x
	}
	t.writer.fingerprints.Now(at)
	return t.writer.fingerprints, nil
}

// hotPage is the number of pieces put into the index at once.
const hotPage = 8192

func (t *tx) loadHot(ctx context.Context, at time.Time) (*dedup.Index, error) {
	since := max(dedup.Since(at).UnixMilli(), 0)
	bytes, err := t.number(hotBytesQuery, since)
	if err != nil {
		return nil, err
	}
	x := dedup.NewIndex(int(bytes) / fingerprintBytes)
	x.Now(at)
	page := make([]dedup.Hot, 0, hotPage)
	err = each(ctx, t, hotQuery, []any{since}, func(row scanner) error {
		var h dedup.Hot
		var date, seen int64
		var fingerprints []byte
		if err := row.Scan(&h.Piece, &date, &seen, &h.Publisher, &fingerprints); err != nil {
			return err
		}
		h.Seen, h.Fingerprints = time.UnixMilli(seen), unpack(fingerprints)
		if date != 0 {
			h.Date = time.UnixMilli(date)
		}
		if page = append(page, h); len(page) == hotPage {
			x.Load(page)
			page = page[:0]
		}
		return nil
	})
	x.Load(page)
	return x, err
}

// putFingerprints writes the fingerprints of a piece.
func (w *writing) putFingerprints(p *oped.Piece, fingerprints []uint64) error {
	if len(fingerprints) == 0 {
		return w.dropFingerprints(p.ID)
	}
	lead := p.Lead()
	h := dedup.Hot{
		Piece:        p.ID,
		Fingerprints: fingerprints,
		Publisher:    lead.Publisher,
		Date:         lead.Date(),
		Seen:         p.FirstSeen,
	}
	date := int64(0)
	if !h.Date.IsZero() {
		date = h.Date.UnixMilli()
	}
	_, err := w.tx.exec(putFingerprintsOf, p.ID, date, max(h.Seen.UnixMilli(), 0), h.Publisher, pack(fingerprints))
	if err != nil {
		return fmt.Errorf("fingerprints of piece %d: %w", p.ID, err)
	}
	if w.tx.writer.fingerprints != nil {
		w.tx.touched = true
		w.tx.writer.fingerprints.Put(h)
	}
	w.fingerprinted++
	return nil
}

// dropCold deletes the fingerprints of some cold pieces for each piece fingerprinted by the fetch.
func (w *writing) dropCold() error {
	if w.fingerprinted == 0 {
		return nil
	}
	_, err := w.tx.exec(dropCold, max(dedup.Since(w.at).Add(-coldest).UnixMilli(), 0), forget*w.fingerprinted)
	return err
}

// dropFingerprints deletes the fingerprints of a piece.
func (w *writing) dropFingerprints(id oped.PieceID) error {
	w.forget(id)
	_, err := w.tx.exec(dropFingerprintsOf, id)
	return err
}

// forget removes a piece from the index of fingerprints.
func (w *writing) forget(id oped.PieceID) {
	if w.tx.writer.fingerprints != nil {
		w.tx.touched = true
		w.tx.writer.fingerprints.Drop(id)
	}
}

// fingerprintBytes is the size of a stored fingerprint.
const fingerprintBytes = dedup.FingerprintBits / 8

func pack(fingerprints []uint64) []byte {
	b := make([]byte, 0, len(fingerprints)*fingerprintBytes)
	for _, p := range fingerprints {
		b = append(b, byte(p>>32), byte(p>>24), byte(p>>16), byte(p>>8), byte(p))
	}
	return b
}

func unpack(b []byte) []uint64 {
	fingerprints := make([]uint64, 0, len(b)/fingerprintBytes)
	for ; len(b) >= fingerprintBytes; b = b[fingerprintBytes:] {
		fingerprints = append(fingerprints, uint64(b[0])<<32|uint64(binary.BigEndian.Uint32(b[1:])))
	}
	return fingerprints
}

// loadAlike finds, for each entry, the pieces sharing fingerprints with it, and the fingerprints of its
// publisher's boilerplate.
func (t *tx) loadAlike(ctx context.Context, l oped.Lookup, k *oped.Known) error {
	k.Alike, k.Common = make([][]oped.PieceID, len(l.Entries)), map[uint64]bool{}
	for i := range l.Entries {
		if err := ctx.Err(); err != nil {
			return err
		}
		e := &l.Entries[i]
		itself, settled := knownAs(e, k.Entries)
		if settled || len(e.Fingerprints) == 0 {
			continue
		}
		x, err := t.hot(ctx, l.At)
		if err != nil {
			return err
		}
		alike, common := x.Alike(e.Fingerprints, k.Feed.Publisher, e.Date, itself)
		k.Alike[i] = alike
		for _, p := range common {
			k.Common[p] = true
		}
	}
	return nil
}
