// Every word that the page shows by itself, in Vietnamese.

export const words = {
  connected: "Đang nối trực tiếp",
  disconnected: "Mất kết nối, đang thử lại…",
  edited: "đã sửa",
  protectedMessage: "không cho chuyển tiếp",
  forwarded: (from) => `Chuyển tiếp từ ${from}`,
  reply: "Trả lời",
  replyTo: (name) => `Trả lời ${name}`,
  writeTo: "Nhắn tin…",
  writeToAs: (name) => `Nhắn với tên ${name}`,
  deletedReply: "Tin nhắn đã xóa",
  newMessages: (count) => `${count} tin mới `,
  noMessagesGroup: "Chưa có tin nào. Khi có cảnh báo, thẻ vụ việc hiện ở đây.",
  noMessagesPrivate: "Chưa có tin nào giữa người này và Kẻng.",
  noMessagesChannel: "Chưa đăng gì. Chỉ nội dung đã duyệt mới hiện ở đây.",
  start: "Bắt đầu",
  notStarted: "Người này chưa bấm Bắt đầu: bot chưa thể nhắn tin.",
  unblock: "Bỏ chặn bot",
  block: "Chặn bot",
  blocked: "Người này đã chặn bot.",
  channelReader: "Kênh công khai: người dân chỉ đọc",
  migrated: "Nhóm đã chuyển thành siêu nhóm.",
  outsider: "Người này không ở trong nhóm.",
  privateWith: (bot) => `Trò chuyện riêng với ${bot}`,
  members: (count) => `${count} thành viên`,
  channel: "Kênh công khai",
  group: "Nhóm",
  people: "Máy riêng",
  channels: "Kênh",
  groups: "Nhóm",
  ownerOfGroup: "Phòng trực",
  ownerOfChannel: "Công chúng",
  ownerOther: "Máy riêng",
  unanswered: "Bot chưa trả lời nút này.",
  offline: "Không gửi được: máy chủ không trả lời.",
  copied: "Đã sao chép",
  noCommands: "Bot chưa khai báo lệnh nào.",
  photo: "Ảnh",
  document: "Tệp",
  today: "Hôm nay",
  bytes: (count) =>
    count < 1024 ? `${count} B` : count < 1048576 ? `${Math.round(count / 1024)} KB` : `${(count / 1048576).toFixed(1)} MB`,
  service: {
    new_chat_members: (names) => `${names} vào nhóm`,
    left_chat_member: (names) => `${names} rời nhóm`,
    pinned_message: () => "Đã ghim một tin",
    migrate_to_chat_id: () => "Nhóm được nâng thành siêu nhóm",
    migrate_from_chat_id: () => "Siêu nhóm này tiếp nối một nhóm cũ",
    forum_topic_created: () => "Mở chủ đề mới",
  },
};

const zone = "Asia/Ho_Chi_Minh";
const hourMinute = new Intl.DateTimeFormat("vi-VN", { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: zone });
const dayMonth = new Intl.DateTimeFormat("vi-VN", { weekday: "long", day: "2-digit", month: "2-digit", year: "numeric", timeZone: zone });
const dayKey = new Intl.DateTimeFormat("sv-SE", { timeZone: zone });

export const timeOf = (instant) => hourMinute.format(instant);
export const dayOf = (instant) => dayMonth.format(instant);
export const keyOfDay = (instant) => dayKey.format(instant);
