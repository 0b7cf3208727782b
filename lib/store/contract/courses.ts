// Owns the contract of the courses of a day: all are replaced at once, and read complete.

import assert from "node:assert/strict";
import type { SavedCourse } from "../store.ts";
import { ticker } from "./store_fixtures.ts";
import type { StoreTest } from "./store_place.ts";

export function testCourseContract(test: StoreTest): void {
  test(
    "20,000 courses of a full day are read complete, also after a restart",
    async (store, reopen) => {
      const courses = someCourses(20_000, "x".repeat(700));
      await store.saveCourses(courses);
      assert.deepEqual(await (await reopen()).courses(), courses);
    },
  );

  test("fewer courses replace more, and none empty them", async (store) => {
    await store.saveCourses(someCourses(1_000));
    await store.saveCourses(someCourses(3));
    assert.deepEqual(await store.courses(), someCourses(3));
    await store.saveCourses([]);
    assert.deepEqual(await store.courses(), []);
  });

  test("a read during saves returns the courses of one save, never a mixture", async (store) => {
    const saves = ["old", "new", "newest"].map((course) => someCourses(1_500, course.repeat(50)));
    await store.saveCourses(saves[0]!);
    const saved = Promise.all(saves.slice(1).map((courses) => store.saveCourses(courses)));
    for (let reads = 0; reads < 10; reads++) {
      const seen = await store.courses();
      assert.equal(seen.length, 1_500);
      assert.equal(new Set(seen.map(({ course }) => course)).size, 1);
    }
    await saved;
  });

  test("the courses and the catalog are separate", async (store) => {
    const entries = [{ ticker: ticker("AAPL"), name: "Apple", priceable: true }];
    await store.saveCatalog(entries);
    await store.saveCourses(someCourses(2));
    await store.saveCatalog(entries);
    assert.deepEqual(await store.courses(), someCourses(2));
    assert.deepEqual(await store.catalog(), entries);
  });
}

function someCourses(length: number, course = "5 1 2 3 4"): SavedCourse[] {
  return Array.from({ length }, (_, index) => ({ ticker: ticker(`C${index}`), course }));
}
