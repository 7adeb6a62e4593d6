package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"oped"
	"oped/dedup"
)

// writer is the one connection for writing, with the statements prepared on it. Only the holder of writeLock
// may use it.
type writer struct {
	writeLock chan struct{} // holds one token during a write
	db        *sql.DB       // of one connection
	conn      *sql.Conn     // nil until it is needed, and after it broke
	stmts     map[string]*sql.Stmt

	path    string
	suspect bool // its disk has failed since the last check

	// of hot pieces; nil before the first use, and after the rollback of a transaction with changes to it
	fingerprints *dedup.Index
}

func newWriter(path string, db *sql.DB) *writer {
	return &writer{writeLock: make(chan struct{}, 1), path: path, db: db, stmts: map[string]*sql.Stmt{}}
}

// drop closes the connection and all its prepared statements; the next transaction begins with a fresh one.
func (w *writer) drop() error {
	var errs []error
	for _, st := range w.stmts {
		errs = append(errs, st.Close())
	}
	clear(w.stmts)
	if w.conn != nil {
		errs = append(errs, w.conn.Close())
		w.conn = nil
	}
	return errors.Join(errs...)
}

// tx is a transaction of the writer. Its statements are never interrupted, because that would cost the
// connection and everything prepared on it; long work checks its context in between.
type tx struct {
	writer  *writer
	done    bool
	failed  error                   // the reason for its rollback; nil if there is none
	touched bool                    // the index of fingerprints is ahead of the database
	loaded  int                     // bytes of the pieces loaded by the last lookup
	rows    map[string]*editionRow  // by name, as far as they were used
	words   map[oped.PieceID]string // indexed by the commit; the transaction itself does not find them
	changed int64                   // number of its change; 0: no page may change
	ended   func() error            // why no caller waits for it any more; nil while one does
}

// begin waits for the lock and begins a transaction with SQLite's write lock from the start.
func (s *database) begin(ctx context.Context) (*tx, error) {
	if s.writer == nil {
		return nil, &Error{Path: s.path, Kind: ErrReadOnly}
	}
	select {
	case s.writer.writeLock <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	t := &tx{writer: s.writer, rows: map[string]*editionRow{}, words: map[oped.PieceID]string{}, ended: ctx.Err}
	var err error
	if t.writer.conn == nil {
		t.writer.conn, err = t.writer.db.Conn(context.Background())
	}
	if err == nil {
		_, err = t.exec(`BEGIN IMMEDIATE`)
	}
	if err != nil {
		t.blame(err)
		<-t.writer.writeLock
		return nil, fmt.Errorf("begin to write: %w", err)
	}
	return t, nil
}

// blame gives up the connection after a disk failure: its memory may differ from the disk.
func (t *tx) blame(err error) {
	if IsPassing(err) && !isBusy(err) {
		t.writer.suspect = true
		t.writer.drop()
	}
}

func (t *tx) commit() error {
	if err := t.writeEditions(); err != nil {
		return err
	}
	if err := t.indexWords(); err != nil {
		return err
	}
	if _, err := t.exec(`COMMIT`); err != nil {
		t.failed = err
		t.rollback()
		return fmt.Errorf("commit: %w", err)
	}
	t.done = true
	defer func() { <-t.writer.writeLock }()
	if t.writer.suspect { // it works again: check that all is intact
		if err := checkHealth(context.Background(), t.writer.conn, t.writer.path); err != nil {
			return err
		}
		t.writer.suspect = false
	}
	return nil
}

// rollback undoes everything. After a commit it does nothing.
func (t *tx) rollback() {
	if t.done {
		return
	}
	t.done = true
	if t.touched {
		t.writer.fingerprints = nil
	}
	// On a full or broken disk SQLite rolls back by itself; then ROLLBACK itself is an error. Either way a
	// fresh connection is sure to have no transaction.
	if _, err := t.exec(`ROLLBACK`); err != nil {
		t.writer.drop() // its error adds nothing to the one before
	}
	t.blame(t.failed)
	<-t.writer.writeLock
}

// attempts is how often a transaction is tried while a foreign program, such as the sqlite3 shell, locks the
// database.
const attempts = 3

// write runs do in a transaction. It rolls back if do fails or panics. Do may be called again if the database
// was busy.
func (s *database) write(ctx context.Context, do func(*tx) error) error {
	var err error
	for range attempts {
		if err = s.writeOnce(ctx, do); !isBusy(err) {
			break
		}
	}
	return explain(s.path, err)
}

func (s *database) writeOnce(ctx context.Context, do func(*tx) error) error {
	t, err := s.begin(ctx)
	if err != nil {
		return err
	}
	defer t.rollback()
	err = do(t)
	if err == nil {
		err = t.commit()
	}
	t.failed = err
	return err
}

// stmt returns a query, prepared on the writer's connection.
func (t *tx) stmt(query string) (*sql.Stmt, error) {
	if st, ok := t.writer.stmts[query]; ok {
		return st, nil
	}
	st, err := t.writer.conn.PrepareContext(context.Background(), query)
	if err != nil {
		return nil, err
	}
	t.writer.stmts[query] = st
	return st, nil
}

// exec runs a statement and returns the number of changed rows.
func (t *tx) exec(query string, args ...any) (int64, error) {
	result, err := t.run(query, args)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// insert runs a statement that adds a row and returns its id.
func (t *tx) insert(query string, args ...any) (int64, error) {
	result, err := t.run(query, args)
	if err != nil {
		return 0, err
	}
	return result.LastInsertId()
}

func (t *tx) run(query string, args []any) (sql.Result, error) {
	st, err := t.stmt(query)
	if err != nil {
		return nil, err
	}
	return st.ExecContext(context.Background(), args...)
}

// number reads a single number. The error is ErrNotFound if there is no row.
func (t *tx) number(query string, args ...any) (int64, error) {
	st, err := t.stmt(query)
	if err != nil {
		return 0, err
	}
	var n int64
	err = st.QueryRowContext(context.Background(), args...).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrNotFound
	}
	return n, err
}

// QueryContext makes a transaction a querier. The context does not interrupt it; see [tx].
func (t *tx) QueryContext(_ context.Context, query string, args ...any) (*sql.Rows, error) {
	st, err := t.stmt(query)
	if err != nil {
		return nil, err
	}
	return st.QueryContext(context.Background(), args...)
}

// querier is a pool of readers or a transaction.
type querier interface {
	QueryContext(context.Context, string, ...any) (*sql.Rows, error)
}

// chunks are the numbers of values in one query. Few sizes mean few statements to prepare.
var chunks = [...]int{512, 64, 16, 4, 1}

// inChunks runs query for all values, a chunk at a time. In the query, %s is a list of parameters and VALUES
// (%s) a list of rows of one each. A chunk is filled up with its last value. The arguments before precede the
// list.
func inChunks[T any](
	ctx context.Context, q querier, query string, before []any, values []T, row func(scanner) error,
) error {
	for len(values) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		size := chunks[len(chunks)-1]
		for _, c := range chunks {
			if size = c; len(values) > c/2 {
				break
			}
		}
		n := min(size, len(values))
		args := append(make([]any, 0, len(before)+size), before...)
		for i := range size {
			args = append(args, values[min(i, n-1)])
		}
		values = values[n:]
		list := strings.Repeat(",?", size)[1:]
		if strings.Contains(query, "VALUES (%s)") {
			list = strings.ReplaceAll(list, ",", "), (")
		}
		if err := each(ctx, q, fmt.Sprintf(query, list), args, row); err != nil {
			return err
		}
	}
	return nil
}

// rowsAtOnce is the most rows added by one statement.
const rowsAtOnce = 16

// insertAll runs an INSERT for all rows, several at a time. In the query, %s is the list of rows; row returns
// the values of each.
func insertAll[T any](t *tx, query string, values []T, row func(T) []any) error {
	for some := range slices.Chunk(values, rowsAtOnce) {
		var args []any
		for _, v := range some {
			args = append(args, row(v)...)
		}
		one := ",(" + strings.Repeat(",?", len(args)/len(some))[1:] + ")"
		if _, err := t.exec(fmt.Sprintf(query, strings.Repeat(one, len(some))[1:]), args...); err != nil {
			return err
		}
	}
	return nil
}

// each calls row for every row of a query, until ctx ends.
func each(ctx context.Context, q querier, query string, args []any, row func(scanner) error) error {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := row(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
