package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

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
	dialect dialect
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
	t := &tx{
		dialect: s.dialect,
		writer:  s.writer,
		rows:    map[string]*editionRow{},
		words:   map[oped.PieceID]string{},
		ended:   ctx.Err,
	}
	var err error
	if t.writer.conn == nil {
		t.writer.conn, err = t.writer.db.Conn(context.Background())
	}
	if err == nil {
		_, err = t.exec(t.dialect.begin)
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
	if IsPassing(err) && faultOf(err) != busyFault {
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

// doing names what failed, and explains an error of the database; nil if there is none.
func (s *database) doing(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, explain(s.path, err))
}

// attempts is how often a transaction is tried while a foreign program, such as the sqlite3 shell, locks the
// database.
const attempts = 3

// write runs do in a transaction. It rolls back if do fails or panics. Do may be called again if the database
// was busy.
func (s *database) write(ctx context.Context, do func(*tx) error) error {
	var err error
	for range attempts {
		if err = s.writeOnce(ctx, do); faultOf(err) != busyFault {
			break
		}
	}
	return err
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
	st, err := t.stmt(query)
	if err != nil {
		return 0, err
	}
	result, err := st.ExecContext(context.Background(), args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// read reads the columns of a single row. The error is ErrNotFound if there is none.
func (t *tx) read(query string, args []any, columns ...any) error {
	st, err := t.stmt(query)
	if err != nil {
		return err
	}
	return orNotFound(st.QueryRowContext(context.Background(), args...).Scan(columns...))
}

// number reads a single number. The error is ErrNotFound if there is no row.
func (t *tx) number(query string, args ...any) (n int64, err error) {
	err = t.read(query, args, &n)
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
