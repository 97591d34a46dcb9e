/** Where things are in a picture, in pixels from its upper left corner. */
import type { Card } from "./card.ts";
import type { Connection, ConnectionKind, TopologyNode, Zone } from "./model.ts";

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

export interface PlacedCard extends Card, Point {}

export interface PlacedWire {
  readonly connection: Connection;
  /** At least two, from the start to the arrow's tip. */
  readonly points: readonly Point[];
  readonly label?: Box;
}

/** Where wires of one kind enter a card. */
export interface Entrance extends Point {
  readonly node: TopologyNode;
  readonly kind: ConnectionKind;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly zones: readonly (Box & { readonly zone: Zone })[];
  readonly cards: readonly PlacedCard[];
  readonly wires: readonly PlacedWire[];
  readonly entrances: readonly Entrance[];
}
