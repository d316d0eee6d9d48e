/** The fields of a Protocol Buffers message by their numbers: bytes of texts, messages and fixed numbers, or whole numbers. */
export type ProtobufFields = ReadonlyMap<number, readonly (Buffer | bigint)[]>;

/** Decodes a message by its wire format alone; what the fields mean is known to the caller. */
export function decodeProtobuf(bytes: Buffer): ProtobufFields {
  const fields = new Map<number, (Buffer | bigint)[]>();
  let offset = 0;

  function varint(): bigint {
    let [value, shift] = [0n, 0n];
    for (;;) {
      const byte = bytes.readUInt8(offset);
      offset += 1;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
      shift += 7n;
    }
  }

  function take(length: number): Buffer {
    if (offset + length > bytes.length) throw new Error('A field is longer than its message.');
    offset += length;
    return bytes.subarray(offset - length, offset);
  }

  function value(wireType: number): Buffer | bigint {
    switch (wireType) {
      case 0:
        return varint();
      case 1:
        return take(8);
      case 2:
        return take(Number(varint()));
      case 5:
        return take(4);
    }
    throw new Error(`There is no wire type ${wireType}.`);
  }

  while (offset < bytes.length) {
    const tag = Number(varint());
    const field = fields.get(tag >> 3) ?? [];
    field.push(value(tag & 7));
    fields.set(tag >> 3, field);
  }
  return fields;
}
