package oped

// Place is where a piece stands in the order of the archive, the newest first. The zero place stands before all.
type Place struct {
	Date  int64 // milliseconds since 1970
	Piece PieceID
}

// PlacedPiece is a piece, and where it stands.
type PlacedPiece struct {
	Piece Piece
	Place Place
}
