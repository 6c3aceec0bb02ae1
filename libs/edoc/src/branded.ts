declare const brand: unique symbol;

/** A string (or number) that has passed its parse function, so that one kind of id is never taken for another. */
export type Branded<Base, Name extends string> = Base & { readonly [brand]: Name };
