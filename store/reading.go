package store

import (
	"context"
	"database/sql"
	"sync"
)

// reading is a pool of read-only connections. Frequent queries are prepared once for each: SQLite takes
// longer to prepare most of our queries than to answer them.
type reading struct {
	db    *sql.DB
	mu    sync.Mutex
	stmts map[string]*sql.Stmt // by query
}

// maxPrepared bounds the memory of statements. There are fewer queries than that, except for those of
// readers' searches.
const maxPrepared = 128

func newReading(db *sql.DB) *reading { return &reading{db: db, stmts: map[string]*sql.Stmt{}} }

// stmt returns a query, prepared; nil if it is not kept.
func (r *reading) stmt(ctx context.Context, query string) *sql.Stmt {
	r.mu.Lock()
	st, full := r.stmts[query], len(r.stmts) >= maxPrepared
	r.mu.Unlock()
	if st != nil || full {
		return st
	}
	fresh, err := r.db.PrepareContext(ctx, query)
	if err != nil {
		return nil // the query itself will return the error
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if st := r.stmts[query]; st != nil {
		fresh.Close() // another goroutine was faster
		return st
	}
	r.stmts[query] = fresh
	return fresh
}

// QueryContext is that of sql.DB.
func (r *reading) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if st := r.stmt(ctx, query); st != nil {
		return st.QueryContext(ctx, args...)
	}
	return r.db.QueryContext(ctx, query, args...)
}

// QueryRowContext is that of sql.DB.
func (r *reading) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if st := r.stmt(ctx, query); st != nil {
		return st.QueryRowContext(ctx, args...)
	}
	return r.db.QueryRowContext(ctx, query, args...)
}
