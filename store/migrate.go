package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var embedded embed.FS

// applicationID marks a database of ours: "oped" in its header (PRAGMA application_id).
const applicationID = 0x6f706564

// migrations are the steps from nothing to the schema of this program.
func migrations() fs.FS {
	sub, err := fs.Sub(embedded, "migrations")
	if err != nil {
		panic(err) // the directory is compiled in
	}
	return sub
}

// SchemaVersion is the version of the schema of this program.
func SchemaVersion() int64 { return latest(migrations()) }

// latest returns the highest number at the beginning of a migration's name.
func latest(steps fs.FS) int64 {
	names, err := fs.Glob(steps, "*.sql")
	if err != nil || len(names) == 0 {
		panic("store: no migrations") // they are compiled in
	}
	slices.Sort(names)
	number, _, _ := strings.Cut(names[len(names)-1], "_")
	version, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		panic(err)
	}
	return version
}

// versionOf returns the version of the database's schema: 0 for an empty database.
func versionOf(ctx context.Context, db *sql.DB, path string) (int64, error) {
	var tables, id int64
	if err := db.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_schema`).Scan(&tables); err != nil {
		return 0, err
	}
	if tables == 0 {
		return 0, nil
	}
	if err := db.QueryRowContext(ctx, `PRAGMA application_id`).Scan(&id); err != nil {
		return 0, err
	}
	var version sql.NullInt64
	err := db.QueryRowContext(ctx, `SELECT max(version_id) FROM goose_db_version WHERE is_applied`).Scan(&version)
	begun := err == nil && version.Int64 == 0 // killed before the end of the first migration
	if id != applicationID && !begun {
		return 0, &Error{Path: path, Kind: ErrNotDatabase, Detail: "it is an SQLite database of another program",
			Advice: "point `store` in the configuration at another file"}
	}
	return version.Int64, err
}

// checkVersion refuses a database of another schema version.
func checkVersion(ctx context.Context, db *sql.DB, path string) error {
	version, err := versionOf(ctx, db, path)
	if err != nil {
		return err
	}
	if version < SchemaVersion() {
		return &Error{Path: path,
			Kind:   ErrOlder,
			Detail: fmt.Sprintf("its schema is version %d, this oped works with %d", version, SchemaVersion()),
			Advice: "`oped run` or `oped once` brings it up to date"}
	}
	return checkNewer(version, SchemaVersion(), path)
}

func checkNewer(version, ours int64, path string) error {
	if version <= ours {
		return nil
	}
	return &Error{Path: path,
		Kind:   ErrNewer,
		Detail: fmt.Sprintf("its schema is version %d, this oped knows up to %d", version, ours),
		Advice: "use the newer oped, or restore the backup it made beside the database (" +
			filepath.Base(backupName(path, ours)) + ")"}
}

func (s *database) migrate(ctx context.Context) error { return s.migrateWith(ctx, migrations()) }

// migrateWith carries out the missing steps, each in a transaction of its own. It first backs up a database
// that is not new.
func (s *database) migrateWith(ctx context.Context, steps fs.FS) error {
	version, err := versionOf(ctx, s.writer.db, s.path)
	if err != nil {
		return err
	}
	if err := checkNewer(version, latest(steps), s.path); err != nil {
		return err
	}
	if version == latest(steps) {
		return nil
	}
	if version > 0 {
		if err := backup(ctx, s.path, backupName(s.path, version)); err != nil {
			return fmt.Errorf("back up %s before its schema changes: %w", s.path, err)
		}
	}
	provider, err := goose.NewProvider(goose.DialectSQLite3, s.writer.db, steps,
		goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger()))
	if err != nil {
		return fmt.Errorf("read the migrations: %w", err)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrate %s: %w", s.path, err)
	}
	s.log.Info("migrated", "store", s.path, "from", version, "to", latest(steps))
	return nil
}

// backupName is the name of the copy made before the schema leaves the given version.
func backupName(path string, version int64) string {
	return fmt.Sprintf("%s.schema-%d.backup", path, version)
}

// Backup copies the present state of the database to a new file, checks the copy, and only then gives it its
// name. An older file of that name is replaced. Others may read and write meanwhile.
func (s *Store) Backup(ctx context.Context, file string) error { return backup(ctx, s.db.path, file) }

func backup(ctx context.Context, path, file string) error {
	part := file + ".part"
	if err := os.Remove(part); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("back up to %s: %w", file, err)
	}
	defer os.Remove(part)
	if err := makePrivate(part); err != nil {
		return fmt.Errorf("back up to %s: %w", file, err)
	}
	keys := commonKeys()
	keys.Set("mode", "rw")
	source, err := pool(path, keys, 1)
	if err != nil {
		return fmt.Errorf("back up to %s: %w", file, err)
	}
	defer source.Close()
	if _, err := source.ExecContext(ctx, `VACUUM INTO ?`, part); err != nil {
		return fmt.Errorf("back up to %s: %w", file, explain(file, err))
	}
	if err := checkBackup(ctx, part); err != nil {
		return fmt.Errorf("back up to %s: %w", file, err)
	}
	if err := flush(part); err != nil {
		return fmt.Errorf("back up to %s: %w", file, err)
	}
	if err := os.Rename(part, file); err != nil {
		return fmt.Errorf("back up to %s: %w", file, err)
	}
	return flush(filepath.Dir(file))
}

func checkBackup(ctx context.Context, file string) error {
	keys := commonKeys()
	keys.Set("mode", "ro")
	db, err := pool(file, keys, 1)
	if err != nil {
		return err
	}
	defer db.Close()
	var verdict string
	if err := db.QueryRowContext(ctx, `PRAGMA integrity_check(1)`).Scan(&verdict); err != nil {
		return explain(file, err)
	}
	if verdict != "ok" {
		return &Error{Path: file, Kind: ErrCorrupt, Detail: verdict, Advice: hintRestore}
	}
	return nil
}

// flush makes the content of a file, or the names in a directory, durable.
func flush(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
