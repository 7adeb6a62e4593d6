package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// querier is a pool of readers or a transaction.
type querier interface {
	QueryContext(context.Context, string, ...any) (*sql.Rows, error)
}

// scanner is a row of a result.
type scanner interface{ Scan(...any) error }

// errEnough of a row ends the reading of a query without an error.
var errEnough = errors.New("enough rows")

// each calls row for every row of a query, until ctx ends or row returns an error.
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
		if err := row(rows); err == errEnough {
			return nil
		} else if err != nil {
			return err
		}
	}
	return rows.Err()
}

// list returns the rows of a query, each read by scan.
func list[T any](
	ctx context.Context, q querier, scan func(scanner, *T) error, query string, args ...any,
) (all []T, err error) {
	err = each(ctx, q, query, args, adding(&all, scan))
	return all, err
}

// column returns the only column of a query.
func column[T any](ctx context.Context, q querier, query string, args ...any) ([]T, error) {
	return list(ctx, q, scanOne[T], query, args...)
}

// one returns the only value of a query. The error is ErrNotFound if there is no row.
func one[T any](ctx context.Context, q querier, query string, args ...any) (T, error) {
	return first(column[T](ctx, q, query, args...))
}

// first returns the first row of a query. The error is ErrNotFound if there is none.
func first[T any](all []T, err error) (T, error) {
	if err == nil && len(all) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		var none T
		return none, err
	}
	return all[0], nil
}

// orNotFound is ErrNotFound for no row.
func orNotFound(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNotFound
	}
	return err
}

// listIn is list for a query of inChunks.
func listIn[T, V any](
	ctx context.Context, q querier, scan func(scanner, *T) error, query string, values []V, before ...any,
) (all []T, err error) {
	err = inChunks(ctx, q, query, before, values, adding(&all, scan))
	return all, err
}

// columnIn is column for a query of inChunks.
func columnIn[T, V any](ctx context.Context, q querier, query string, values []V, before ...any) ([]T, error) {
	return listIn(ctx, q, scanOne[T], query, values, before...)
}

// mapIn returns the two columns of a query of inChunks, a key and its value.
func mapIn[K comparable, E, V any](
	ctx context.Context, q querier, query string, values []V, before ...any,
) (map[K]E, error) {
	all := make(map[K]E, len(values))
	err := inChunks(ctx, q, query, before, values, func(row scanner) error {
		var key K
		var value E
		err := row.Scan(&key, &value)
		all[key] = value
		return err
	})
	return all, err
}

func scanOne[T any](row scanner, v *T) error { return row.Scan(v) }

func adding[T any](all *[]T, scan func(scanner, *T) error) func(scanner) error {
	return func(row scanner) error {
		var v T
		err := scan(row, &v)
		*all = append(*all, v)
		return err
	}
}

// chunks are the numbers of values in one query. Few sizes mean few statements to prepare.
var chunks = [...]int{512, 64, 16, 4, 1}

// inChunks runs query for all values, a chunk at a time. In the query, %s is a list of parameters and VALUES
// (%s) a list of rows of one each. A chunk is filled up with its last value. The arguments before precede the
// list.
func inChunks[V any](
	ctx context.Context, q querier, query string, before []any, values []V, row func(scanner) error,
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
