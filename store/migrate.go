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
	provider, err := goose.NewProvider(s.dialect.migrations, s.writer.db, steps,
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
	err := os.Remove(part)
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		err = makePrivate(part)
	}
	defer os.Remove(part)
	if err == nil {
		err = copyTo(ctx, path, part)
	}
	if err == nil {
		err = flush(part)
	}
	if err == nil {
		err = os.Rename(part, file)
	}
	if err != nil {
		return fmt.Errorf("back up to %s: %w", file, err)
	}
	return flush(filepath.Dir(file))
}

// flush makes the content of a file, or the names in a directory, durable.
func flush(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
