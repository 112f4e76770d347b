// Pages of memory at addresses that are never used twice.
#pragma once

#include <cstddef>

namespace standin {

constexpr std::size_t PAGE = 4096;

// Fresh pages, with a page before and one behind that nobody may touch; null if the system has none.
char* takePages(std::size_t bytes);

// Gives the memory back; the addresses stay forbidden.
void dropPages(char* pages, std::size_t bytes);

}  // namespace standin
