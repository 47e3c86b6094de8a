// Page migration: private memory goes to another frame, whoever maps it (mm/migrate.c).
//
// Thread safety: any task.

#ifndef MIRRORCHECK_IMPL_REFERENCE_MIGRATE_H_
#define MIRRORCHECK_IMPL_REFERENCE_MIGRATE_H_

#include "impl/operation.h"
#include "impl/reference/address_space.h"
#include "impl/reference/current.h"
#include "model/vocabulary.h"

namespace mirrorcheck::impl::reference {

// move_pages(2): each page of private memory that can be moved is. Result::pages says how many.
int sys_move_pages(Current& current, const Operation& operation, Result& result);

// isolate_lru_page, and the folio lock: the frame of a page of private memory that nobody else
// moves, with a reference; also of one that only swap entries name any more. kNoFrame: there is
// none.
model::Frame isolate_page(Current& current, AddressSpace& mm, unsigned page);
// REQUIRES: mmap_lock is held.
model::Frame isolate_page_locked(Current& current, AddressSpace& mm, unsigned page);

// Unlocks a page, wakes who waits for that, and drops the caller's reference.
void release_page(Current& current, model::Frame frame);

// Returns when the page has no migration entry, or had none for a moment (L7). REQUIRES: no lock
// that whoever moves a page takes: mmap_lock is fine.
void migration_entry_wait(Current& current, AddressSpace& mm, unsigned page);

// Returns when nobody has the lock of the page that `entry` names, or the entry is another one.
// REQUIRES: as above.
void page_lock_wait(Current& current, AddressSpace& mm, unsigned page, const PageTableEntry& entry);

// try_to_migrate, try_to_unmap: in every address space what maps `frame` becomes an entry of
// `kind`: migration, swap or poisoned. REQUIRES: the caller has locked the page and has a reference
// on it.
void hide_mappings(Current& current, model::Frame frame,
                   model::EntryKind kind = model::EntryKind::kMigration);

// remove_migration_ptes: the migration entries that name `from` are present again, all at once, and
// name `to`, which may be the same; device-private, if that is the memory of a device. Whether
// there were any. REQUIRES: `from` is locked.
bool reveal_mappings(Current& current, model::Frame from, model::Frame to);

// The migration entries that name `from` name `to`, and stay what they are. REQUIRES: as above.
void move_mappings(Current& current, model::Frame from, model::Frame to);

}  // namespace mirrorcheck::impl::reference

#endif  // MIRRORCHECK_IMPL_REFERENCE_MIGRATE_H_
