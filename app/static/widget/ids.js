// UUIDs of version 7 (RFC 9562, section 5.7): sorted as text they are in the order of their making.

/** A function that makes ids; each is greater than all before it, also within a millisecond. */
export function idMaker(now = Date.now, randomBytes = (size) => crypto.getRandomValues(new Uint8Array(size))) {
  let time = 0;
  let counter = 0;
  return () => {
    const clock = now();
    if (clock > time) {
      time = clock;
      counter = 0;
    } else if (++counter > 0xfff) {
      time += 1; // 4,096 in a millisecond, or a clock put back: borrow from the future
      counter = 0;
    }
    const random = randomBytes(8);
    random[0] = (random[0] & 0x3f) | 0x80;
    const tail = hex(random);
    const head = time.toString(16).padStart(12, "0");
    const third = (0x7000 | counter).toString(16);
    return `${head.slice(0, 8)}-${head.slice(8)}-${third}-${tail.slice(0, 4)}-${tail.slice(4)}`;
  };
}

function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
